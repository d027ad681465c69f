"""The sample newsroom: seven small news sites of our own writing, served on loopback."""
