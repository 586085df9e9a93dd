"""Reports, videos and pictures: what is asked before they are made."""
