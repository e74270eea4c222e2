namespace Wardkeeper.Console.Parts;

/// <summary>One consequence of an action.</summary>
/// <param name="Name">What is touched.</param>
/// <param name="Count">How many; null when it is not a number.</param>
/// <param name="Href">Address of exactly those.</param>
/// <param name="Text">What, when it is not a number.</param>
/// <param name="IsGrave">Whether it can touch care.</param>
public sealed record PreviewLine(string Name, long? Count = null, string? Href = null, string? Text = null, bool IsGrave = false);
