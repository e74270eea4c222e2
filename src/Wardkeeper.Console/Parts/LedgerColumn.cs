using Microsoft.AspNetCore.Components;

namespace Wardkeeper.Console.Parts;

/// <summary>A column of a <see cref="LedgerTable{TRow}"/>.</summary>
/// <typeparam name="TRow">A row.</typeparam>
/// <param name="Key">Its name in the address.</param>
/// <param name="Title">Its head, with the unit where there is one.</param>
/// <param name="Cell">What a cell shows. A bare number is a <see cref="CountLink"/>, or a measure and marked <c>data-measure</c>.</param>
public sealed record LedgerColumn<TRow>(string Key, string Title, RenderFragment<TRow> Cell)
{
    /// <summary>Name of the order by this column; null when it cannot be sorted by.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether numbers stand here, aligned to the right.</summary>
    public bool IsNumeric { get; init; }

    /// <summary>Whether it is shown before a person chooses columns.</summary>
    public bool IsDefault { get; init; } = true;
}
