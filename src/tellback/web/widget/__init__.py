"""The widget: surveys on other people's pages. docs/widget.md describes it."""
