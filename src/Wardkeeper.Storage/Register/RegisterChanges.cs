using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Storage.Register;

/// <summary>Turns a row of a register into changes of the ledger. What the ledger does not take is told and left out; the rest of the row is written.</summary>
internal sealed class RegisterChanges(Actor who)
{
    /// <summary>What the register calls by another name than the ledger.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal) { ["udi"] = "udiDi", ["warrantyUntil"] = "warranty" };

    private static readonly Dictionary<string, string> Ownership = new(StringComparer.OrdinalIgnoreCase)
    {
        ["自有"] = "own",
        ["自购"] = "own",
        ["本院"] = "own",
        ["医院"] = "own",
        ["owned"] = "own",
        ["租赁"] = "leased",
        ["租用"] = "leased",
        ["rented"] = "leased",
        ["借用"] = "lent",
        ["外借"] = "lent",
        ["borrowed"] = "lent",
    };

    /// <summary>Changes for a device that is there.</summary>
    /// <param name="row">What the register says.</param>
    /// <param name="device">What the ledger shows of it.</param>
    /// <param name="differences">Codes and values of what was not written: <c>differs</c>, <c>not-taken</c>, <c>not-yours</c>.</param>
    public List<LedgerChange> Of(ImportedValues row, KnownDevice device, List<RegisterProblem> differences)
    {
        Dictionary<string, string?> fields = new(StringComparer.Ordinal);
        foreach ((string name, string said) in row.Values)
        {
            if (name is "mac" or "ip" or "lifeCycle" || Normal(row, name, said, differences) is not (FieldInfo field, string value)) continue;
            string? known = device.Values.GetValueOrDefault(field.Name);
            // What is observed is filled only where nothing is known: the register is often older than the device.
            if (field.Claims.Count == 0 || known is null) Set(fields, field.Name, value, known);
            else if (!string.Equals(known, value, StringComparison.OrdinalIgnoreCase))
            {
                // What the hospital calls it is not wrong because the device calls itself otherwise.
                if (field.Name == "name" && !device.Values.ContainsKey("localName")) fields["localName"] = value;
                else if (field.Name != "name" || device.Values.GetValueOrDefault("localName") != value) differences.Add(new RegisterProblem(row.Row, 0, field.Name, "differs", known));
            }
        }
        List<LedgerChange> changes = [];
        if (fields.Count > 0) changes.Add(new EditDevice(device.Number, fields));
        if (row.Values.TryGetValue("lifeCycle", out string? state) && state != device.LifeCycle)
        {
            if (who.Is(Role.ClinicalEngineer)) changes.Add(new ChangeLifeCycle(device.Number, state));
            else differences.Add(new RegisterProblem(row.Row, 0, "lifeCycle", "not-yours", state));
        }
        return changes;
    }

    /// <summary>A device that only the register has.</summary>
    public AddDevice Added(ImportedValues row, List<RegisterProblem> differences)
    {
        Dictionary<string, string?> fields = new(StringComparer.Ordinal);
        foreach ((string name, string said) in row.Values)
        {
            if (name == "mac") fields[LedgerCandidates.RegisteredMac] = said;
            else if (name == "ip") fields[LedgerCandidates.RegisteredIp] = said;
            else if (name != "lifeCycle" && Normal(row, name, said, differences) is (FieldInfo field, string value)) fields[field.Name] = value;
        }
        return new AddDevice(fields, row.Values.GetValueOrDefault("lifeCycle") ?? "in-stock");
    }

    private static void Set(Dictionary<string, string?> fields, string name, string value, string? known)
    {
        if (known != value) fields[name] = value;
    }

    private (FieldInfo Field, string Value)? Normal(ImportedValues row, string name, string said, List<RegisterProblem> differences)
    {
        if (FieldCatalogue.Find(Renamed.GetValueOrDefault(name, name)) is not { } field) return null;
        if (!field.Editors.Overlaps(who.Roles))
        {
            differences.Add(new RegisterProblem(row.Row, 0, field.Name, "not-yours", said));
            return null;
        }
        string text = field.Name == "ownership" ? Ownership.GetValueOrDefault(said.Trim(), said) : said;
        if (FieldCatalogue.Normalise(field, text, out string? _) is { } value) return (field, value);
        differences.Add(new RegisterProblem(row.Row, 0, field.Name, "not-taken", said.Length <= 80 ? said : said[..80] + "…"));
        return null;
    }
}

/// <summary>A row's values.</summary>
/// <param name="Row">Number in the file.</param>
/// <param name="Values">Value by field.</param>
internal sealed record ImportedValues(int Row, IReadOnlyDictionary<string, string> Values);

/// <summary>What the ledger shows of a device.</summary>
/// <param name="Number">Its number.</param>
/// <param name="LifeCycle">State of the life cycle.</param>
/// <param name="Values">Value by field.</param>
/// <param name="IsSeen">Whether it was seen in the network.</param>
internal sealed record KnownDevice(long Number, string LifeCycle, IReadOnlyDictionary<string, string> Values, bool IsSeen);
