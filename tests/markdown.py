"""What a Markdown table says, without its layout."""


def cells(markdown):
    """The cells of every row of a Markdown table, its ruler left out."""
    rows = [line.strip("|").split("|") for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if not row[0].startswith(":")]
