"""Charts: what one says (`spec`), built from results (`build`), and its printers (`web`, `typst`, `figure`)."""
