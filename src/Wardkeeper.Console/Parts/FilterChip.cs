namespace Wardkeeper.Console.Parts;

/// <summary>An active filter as a person sees it.</summary>
/// <param name="Label">What is filtered.</param>
/// <param name="Value">By what.</param>
/// <param name="Without">Address of the same view without it.</param>
public sealed record FilterChip(string Label, string Value, string Without);
