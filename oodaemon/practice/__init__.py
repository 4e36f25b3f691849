"""A local stand-in for OptionOmega: for trying the product without an account, and for acceptance tests."""
