"""The only door to the provider.

`client` hands out a `Provider`; `errors` says what a caller must know when a call
goes wrong; `operations` holds one mutating call each; `simulator` is an account of
our own that speaks the same API.
"""
