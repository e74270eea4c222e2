using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Audit;

namespace Wardkeeper.Console.Pages.Audit;

/// <summary>The view of the audit log: its filter, page, and the entry that is open. Address bar and hub's filter, both ways.</summary>
/// <param name="Filter">Which entries.</param>
/// <param name="Table">Page and columns.</param>
/// <param name="At">Number of the entry whose card is open.</param>
public sealed record AuditQuery(AuditFilter Filter, TableView Table, string? At = null)
{
    /// <summary>Reads it.</summary>
    public static AuditQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new AuditQuery(new AuditFilter(address.One("who"), address.One("action"), address.One("subject"), address.Time("since"), address.Time("until")), TableView.Read(address, []), address.One("at"));
    }

    /// <summary>Address of the first page of these entries.</summary>
    public string With(AuditFilter filter) => new AuditQuery(filter, Table with { Page = 1 }).Address(Table with { Page = 1 });

    /// <summary>Address of the same entries looked at differently.</summary>
    public string Address(TableView table, string? at = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Write(Write(new AddressBuilder("/audit"))).Set("at", at).ToString();
    }

    /// <summary>Address of the file with every one of these entries.</summary>
    public string Export() => Write(new AddressBuilder("/api/v1/audit/export")).ToString();

    private AddressBuilder Write(AddressBuilder builder) =>
        builder.Set("who", Filter.Who).Set("action", Filter.Action).Set("subject", Filter.Subject).Set("since", Filter.Since).Set("until", Filter.Until);
}
