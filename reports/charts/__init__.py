"""Charts: what one says (`spec`), how it is built from results (`build`), and its printers (`web`, `typst`, `figure`)."""
