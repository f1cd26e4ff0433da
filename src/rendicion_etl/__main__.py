"""`python -m rendicion_etl` is the `rendicion` command."""

from rendicion_etl.cli import main

if __name__ == "__main__":
    main()
