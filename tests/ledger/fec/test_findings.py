import pytest

from ledger.fec.catalogue_structure import STRUCTURE
from ledger.fec.findings import CATALOGUE, Finding, FindingSink, finding
from ledger.fec.rules import SEVERITIES, STRUCTURES, Rule, catalogue


def test_findings_come_back_in_order_of_line_those_of_the_file_first() -> None:
    with FindingSink() as sink:
        sink.add(finding("LIGNE_VIDE", "b", line=9))
        sink.add(finding("LIGNE_VIDE", "c", line=3))
        sink.add(finding("NOM_FICHIER", "a"))
        sink.add(finding("ZONES_NOMBRE", "d", line=3))

        assert [found.message for found in sink] == ["a", "c", "d", "b"]
        assert sink.counts == {"LIGNE_VIDE": 2, "NOM_FICHIER": 1, "ZONES_NOMBRE": 1}
        assert len(sink) == 4


@pytest.mark.parametrize("count", [1, 999, 1000, 2500])
def test_many_findings_leave_memory_and_come_back_the_same(count: int) -> None:
    given = [
        Finding("LIGNE_VIDE", "warning", count - rank, "Debit", "é", "a", "b", -3, "date")
        for rank in range(count)
    ]
    with FindingSink() as sink:
        for one in given:
            sink.add(one)

        assert list(sink) == given[::-1]
        assert sink.first("LIGNE_VIDE", 2) == given[::-1][:2]
        assert sink.first("BOM", 2) == []
        assert list(sink) == given[::-1]


def test_the_verdicts_are_the_worst_of_what_was_found() -> None:
    sink = FindingSink()
    assert (sink.worst, sink.structure) == (None, "conforme")

    sink.add(finding("BOM", "x"))
    assert (sink.worst, sink.structure) == ("info", "conforme")

    sink.add(finding("LIGNE_VIDE", "x", line=2))
    assert (sink.worst, sink.structure) == ("warning", "non conforme")

    sink.add(finding("SEPARATEUR", "x", line=1))
    assert (sink.worst, sink.structure) == ("warning", "refusé")

    sink.add(finding("LIGNE_TROP_LONGUE", "x", line=4))
    assert (sink.worst, sink.structure) == ("error", "refusé")


def test_a_closed_sink_keeps_its_counts_and_verdicts() -> None:
    sink = FindingSink()
    for line in range(2000):
        sink.add(finding("LIGNE_VIDE", "x", line=line))
    sink.close()

    assert (len(sink), sink.worst, list(sink)) == (2000, "warning", [])


def test_a_code_outside_the_catalogue_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        finding("INCONNU", "x")
    with pytest.raises(KeyError):
        FindingSink().add(Finding("INCONNU", "info", None, None, "x"))


def test_old_and_new_values_are_cut_to_what_a_screen_can_show() -> None:
    found = finding("LIGNE_VIDE", "x", old="a" * 600, new="b" * 500)

    assert found.old == "a" * 499 + "…"
    assert found.new == "b" * 500


def test_two_rules_never_share_a_code() -> None:
    with pytest.raises(ValueError, match="A_B"):
        catalogue((Rule("A_B", "info", "x"), Rule("A_B", "error", "y")))


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=CATALOGUE)
def test_every_rule_has_a_french_code_a_title_and_known_weights(rule: Rule) -> None:
    assert rule.code == rule.code.upper()
    assert rule.title
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.severity in SEVERITIES
    assert rule.structure in STRUCTURES
    assert rule.structural == (rule.structure != "conforme")


def test_the_catalogue_holds_the_rules_of_form() -> None:
    assert STRUCTURE.items() <= CATALOGUE.items()
