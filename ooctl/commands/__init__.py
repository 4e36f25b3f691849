"""The commands of ooctl, one file per noun. They import neither grpc nor rich, so that help stays cheap."""
