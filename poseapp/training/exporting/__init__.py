"""Networks in and out: ONNX files that prove themselves, published weights, what ships."""
