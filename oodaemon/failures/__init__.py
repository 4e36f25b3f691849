"""What a failure means for its task. Pure decisions over the classes of `model.tasks.FailureClass`."""
