using System.Globalization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Tasks;

namespace Wardkeeper.Console.Pages.Tasks;

/// <summary>The view of the list of tasks; without anything in the address it is what this person has to answer.</summary>
/// <param name="Who">for-me or from-me.</param>
/// <param name="State">open, answered, withdrawn or all.</param>
/// <param name="Device">The device they are about.</param>
/// <param name="Finding">The finding they were made of.</param>
/// <param name="IsAsking">Whether the form to ask is open.</param>
/// <param name="Table">Order, page, columns.</param>
public sealed record TasksQuery(string Who, string State, long? Device, long? Finding, bool IsAsking, TableView Table)
{
    /// <summary>Orders that the hub knows.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["number", "due", "asked", "state"];

    /// <summary>Whose tasks.</summary>
    public static IReadOnlyList<string> Whose { get; } = ["for-me", "from-me"];

    /// <summary>States, and all of them.</summary>
    public static IReadOnlyList<string> States { get; } = ["open", "answered", "withdrawn", "all"];

    /// <summary>What this person has to answer.</summary>
    public static TasksQuery Mine { get; } = new(Whose[0], States[0], null, null, false, new TableView());

    /// <summary>Whether it is another view than <see cref="Mine"/>.</summary>
    public bool IsFiltered => (this with { IsAsking = false, Table = new TableView() }).Address() != "/tasks";

    /// <summary>Reads it.</summary>
    public static TasksQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new TasksQuery(
            address.OneOf("who", Whose) ?? Whose[0], address.OneOf("state", States) ?? States[0], address.Number("device", 1, int.MaxValue), address.Number("finding", 1, int.MaxValue), address.OneOf("do", ["ask"]) is not null, TableView.Read(address, Sortable));
    }

    /// <summary>The hub's filter for a person.</summary>
    public TaskFilter Filter(Actor person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return new TaskFilter
        {
            For = Who == Whose[0] ? person : null,
            From = Who == Whose[0] ? null : person.Name,
            States = State switch { "open" => [TaskState.Open], "answered" => [TaskState.Answered], "withdrawn" => [TaskState.Withdrawn], _ => [] },
            Device = Device,
            Finding = Finding,
        };
    }

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/tasks")
        .Set("who", Who == Whose[0] ? null : Who).Set("state", State == States[0] ? null : State).Set("device", Device?.ToString(CultureInfo.InvariantCulture)).Set("finding", Finding?.ToString(CultureInfo.InvariantCulture))
        .Set("do", IsAsking ? "ask" : null)).ToString();

    /// <summary>API value of a state.</summary>
    public static string Word(TaskState state) => state switch { TaskState.Answered => "answered", TaskState.Withdrawn => "withdrawn", _ => "open" };
}
