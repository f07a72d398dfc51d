"""From pretrained rows and an encoded corpus to an adapter."""
