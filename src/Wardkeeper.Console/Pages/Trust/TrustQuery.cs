using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Trust;

/// <summary>The view of trust: which certificates, in which order, and which one is open or to be revoked.</summary>
/// <param name="Filter">Which certificates.</param>
/// <param name="Table">Order, page, columns.</param>
/// <param name="At">Short name of the certificate whose card is open.</param>
/// <param name="Revoke">Number of the certificate whose revocation is looked at; 0 for none.</param>
public sealed record TrustQuery(CertificateFilter Filter, TableView Table, string? At = null, int Revoke = 0)
{
    /// <summary>Orders that the hub knows.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["number", "device", "subject", "expires", "grade"];

    /// <summary>All certificates.</summary>
    public static TrustQuery All { get; } = new(new CertificateFilter(), new TableView());

    /// <summary>Reads it.</summary>
    public static TrustQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        List<IdentityGrade> grades = [];
        foreach (string word in address.All("grade"))
        {
            if (KebabWord.TryParse(word, out IdentityGrade grade)) grades.Add(grade);
            else address.Invalid("grade", word, false);
        }
        CertificateFilter filter = new()
        {
            Text = address.One("q"),
            Grades = grades,
            Device = address.Number("device", 1, int.MaxValue),
            IsValid = address.YesNo("valid"),
            IsRevoked = address.YesNo("revoked"),
            EndsBefore = address.Time("before"),
        };
        return new TrustQuery(filter, TableView.Read(address, Sortable), address.One("at"), address.Number("revoke", 1, int.MaxValue) ?? 0);
    }

    /// <summary>Address of exactly these certificates.</summary>
    public static string Of(CertificateFilter filter) => new TrustQuery(filter, new TableView()).Address();

    /// <summary>The same view with another filter, from its first page.</summary>
    public TrustQuery With(CertificateFilter filter) => this with { Filter = filter, Table = Table with { Page = 1 }, At = null, Revoke = 0 };

    /// <summary>The table's rows without what is open.</summary>
    public TrustQuery Rows() => this with { At = null, Revoke = 0 };

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/trust")
            .Set("q", Filter.Text).Set("grade", Filter.Grades.Select(KebabWord.Of)).Set("device", Filter.Device?.ToString(CultureInfo.InvariantCulture)).Set("valid", Filter.IsValid).Set("revoked", Filter.IsRevoked).Set("before", Filter.EndsBefore))
        .Set("at", At).Set("revoke", Revoke == 0 ? null : Revoke).ToString();

    /// <summary>What is filtered, each with the address without it.</summary>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, IStringLocalizer<TrustPage> texts, Func<CaptureTime, string> time)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(time);
        List<FilterChip> chips = [];
        if (Filter.Text is { } text) chips.Add(new FilterChip(words["filter.q"], text, With(Filter with { Text = null }).Address()));
        foreach (IdentityGrade grade in Filter.Grades) chips.Add(new FilterChip(texts["column.grade"], texts[$"grade.{KebabWord.Of(grade)}"], With(Filter with { Grades = [.. Filter.Grades.Where(one => one != grade)] }).Address()));
        if (Filter.Device is { } device) chips.Add(new FilterChip(texts["column.device"], string.Create(CultureInfo.InvariantCulture, $"D-{device}"), With(Filter with { Device = null }).Address()));
        if (Filter.IsValid is { } valid) chips.Add(new FilterChip(texts["column.state"], texts[valid ? "state.valid" : "state.not-valid"], With(Filter with { IsValid = null }).Address()));
        if (Filter.IsRevoked is { } revoked) chips.Add(new FilterChip(texts["column.state"], texts[revoked ? "state.revoked" : "state.not-revoked"], With(Filter with { IsRevoked = null }).Address()));
        if (Filter.EndsBefore is { } before) chips.Add(new FilterChip(texts["before"], time(before), With(Filter with { EndsBefore = null }).Address()));
        return chips;
    }
}
