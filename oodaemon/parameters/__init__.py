"""What a backtest may be given: fields, plug-ins and their registry. Pure; a plug-in needs nothing else of the daemon."""
