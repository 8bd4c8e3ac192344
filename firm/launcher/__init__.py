"""Start the whole product, or its engines alone, from a checkout and nothing else.

Plain Python, standard library only: `./run` imports this package before anything is installed, and
a fault in the product's code must never keep an administrator from reaching his data.
"""
