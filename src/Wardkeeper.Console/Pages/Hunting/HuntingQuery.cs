using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Hunting;

/// <summary>What is hunted for, as the address says it: a text in all of history, and when. Without a time all of it is searched.</summary>
/// <param name="Text">What is looked for in every field; null before anything is asked.</param>
/// <param name="Table">Columns; kept views.</param>
public sealed record HuntingQuery(string? Text, TableView Table)
{
    /// <summary>From this time on.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Up to and without this time.</summary>
    public CaptureTime? To { get; init; }

    /// <summary>The hub's filter, without what a person may see.</summary>
    public TransactionFilter Filter => new() { Text = Text, From = From, To = To };

    /// <summary>Reads it.</summary>
    public static HuntingQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new HuntingQuery(address.One("q"), TableView.Read(address, [], isKept: true)) { From = address.Time("from"), To = address.Time("to") };
    }

    /// <summary>Address of this hunt.</summary>
    public string Address() => Address(Table);

    /// <summary>Address of the same hunt looked at differently.</summary>
    public string Address(TableView table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Write(new AddressBuilder("/hunting").Set("q", Text).Set("from", From).Set("to", To)).ToString();
    }

    /// <summary>Address of exactly the transactions that a line counts.</summary>
    public string Rows(LogSeen line)
    {
        ArgumentNullException.ThrowIfNull(line);
        // Times in an address are whole seconds: the end lies behind the last row.
        return (TrafficQuery.All with { IsTransactions = true, Text = Text, Protocols = [line.Log], From = From ?? line.First, To = To ?? new CaptureTime(line.Last.Nanoseconds + CaptureTime.PerSecond) }).Address();
    }
}
