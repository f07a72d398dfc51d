"""What readers of every format share: bytes from files and archives, headers, rows, tensors."""
