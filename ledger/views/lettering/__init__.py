"""« Lettrage »: open lines by hand, automatic letterings, and their preview."""
