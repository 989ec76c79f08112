"""What a diary's entries say when they are counted: numbers and pictures, never a judgement."""
