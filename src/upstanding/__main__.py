"""`python -m upstanding` is the command line."""

from upstanding.cli import main

main()
