"""The wire format, generated from proto/ by proto/generate.sh. Not edited by hand."""
