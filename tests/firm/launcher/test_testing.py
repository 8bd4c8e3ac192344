import pytest

from firm.launcher.testing import workers_for

TWO = ["-n", "2", "--dist", "loadgroup"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], TWO),
        (["-q", "-k", "fec"], TWO),
        (["tests/firm"], TWO),
        ([__file__], []),
        ([f"{__file__}::test_x", "-q"], []),
        ([__file__, __file__], TWO),
        (["-n", "4"], []),
        (["-n0"], []),
        (["--numprocesses=3"], []),
        (["-p", "no:xdist"], []),
        (["--pdb"], []),
    ],
)
def test_two_workers_unless_chosen_or_one_file_named(
    arguments: list[str], expected: list[str]
) -> None:
    assert workers_for(arguments) == expected
