"""What readers of all formats share: bytes from files and archives, headers, rows, tensors."""
