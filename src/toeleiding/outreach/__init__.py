"""What the product tells people by itself: notices for staff, messages to newcomers."""
