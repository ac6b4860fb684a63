"""Speed and memory, each beside a roofline measured in the same process."""
