"""Pages of the firm's workspace and of the installation."""
