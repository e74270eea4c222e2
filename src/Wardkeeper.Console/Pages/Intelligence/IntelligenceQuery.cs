using Wardkeeper.Console.Addresses;

namespace Wardkeeper.Console.Pages.Intelligence;

/// <summary>The view of the sources of intelligence: the value that is asked for, the source whose card is open or that is to be removed.</summary>
/// <param name="Value">What is asked for; null when nothing.</param>
/// <param name="Table">Page and columns.</param>
/// <param name="At">Id of the source whose card is open.</param>
/// <param name="Remove">Id of the source whose removal is looked at.</param>
public sealed record IntelligenceQuery(string? Value, TableView Table, string? At = null, string? Remove = null)
{
    /// <summary>All sources, nothing asked.</summary>
    public static IntelligenceQuery All { get; } = new(null, new TableView());

    /// <summary>Reads it.</summary>
    public static IntelligenceQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new IntelligenceQuery(address.One("value"), TableView.Read(address, []), address.One("at"), address.One("remove"));
    }

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/intelligence").Set("value", Value)).Set("at", At).Set("remove", Remove).ToString();
}
