package analyze

// Alike is alike for tests.
var Alike = alike
