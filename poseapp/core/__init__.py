"""The words of the domain: types, skeletons, geometry, heatmap codec, pose store, edits and history."""
