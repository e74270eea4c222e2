namespace Wardkeeper.Sensor.Protocols.Bacnet;

/// <summary>Reads what services say. ANSI/ASHRAE 135, clauses 13 to 17 and 21.</summary>
internal static class BacnetServices
{
    private const int MostProperties = 64;

    private static readonly Layout Single = new(0, 0, 1, 2, 3), Asked = new(0, 1, 0, 1, -1), Read = new(0, 1, 2, 3, 4), Written = new(0, 1, 0, 1, 2), Notified = new(2, 1, 0, 1, 2);

    /// <summary>Adds to a row what a confirmed request says.</summary>
    public static BacnetMessage Request(BacnetMessage row, int service, ReadOnlySpan<byte> body, out Fault? fault)
    {
        switch (service)
        {
            case 0: return row with { ObjectId = ObjectAt(body, 1, out fault) };
            case 1: return Properties(row with { DeviceInstance = InstanceAt(body, 1) }, body, Notified, out fault);
            case 2: return row with { DeviceInstance = InstanceAt(body, 1), ObjectId = ObjectAt(body, 2, out fault) };
            case 5 or 28: return row with { ObjectId = ObjectAt(body, 1, out fault) };
            case 6 or 7 or 11: return row with { ObjectId = FirstObject(body, out fault) };
            case 8 or 9 or 12 or 15 or 26: return Properties(row, body, Single, out fault);
            case 14: return Properties(row, body, Asked, out fault);
            case 16: return Properties(row, body, Written, out fault);
            case 17: return Commanded(row, body, 1, BacnetNames.Communication, 2, out fault);
            case 18: return Private(row, body, out fault);
            case 20: return Commanded(row, body, 0, BacnetNames.ReinitializedStates, 1, out fault);
            case 27: return row with { ObjectId = ObjectAt(body, 3, out fault) };
            default:
                fault = null;
                return row;
        }
    }

    /// <summary>Adds to a row what a complex acknowledgement says.</summary>
    public static BacnetMessage Answer(BacnetMessage row, int service, ReadOnlySpan<byte> body, out Fault? fault)
    {
        fault = null;
        return service switch
        {
            12 => Properties(row, body, Single, out fault),
            14 => Properties(row, body, Read, out fault),
            _ => row,
        };
    }

    /// <summary>Adds to a row what an unconfirmed request says.</summary>
    public static BacnetMessage Unconfirmed(BacnetMessage row, int service, ReadOnlySpan<byte> body, out Fault? fault)
    {
        fault = null;
        return service switch
        {
            0 => IAm(row, body, out fault),
            1 => IHave(row, body, out fault),
            2 => Properties(row with { DeviceInstance = InstanceAt(body, 1) }, body, Notified, out fault),
            3 => row with { DeviceInstance = InstanceAt(body, 1), ObjectId = ObjectAt(body, 2, out fault) },
            4 => Private(row, body, out fault),
            6 or 9 => Clock(row, body, out fault),
            7 or 8 => Search(row, body, out fault),
            _ => row,
        };
    }

    /// <summary>Class and code of an error: the first two enumerated values.</summary>
    public static string? Error(ReadOnlySpan<byte> body)
    {
        BacnetTags tags = new(body);
        string? kind = null;
        while (tags.MoveNext())
        {
            if (tags.IsContext || tags.Number != 9) continue;
            if (kind is not null) return $"{kind} {BacnetNames.ErrorCodes.Of(tags.Unsigned())}";
            kind = BacnetNames.ErrorClasses.Of(tags.Unsigned());
        }
        return kind;
    }

    private static BacnetMessage IAm(BacnetMessage row, ReadOnlySpan<byte> body, out Fault? fault)
    {
        BacnetTags tags = new(body);
        string? device = tags.MoveNext() ? tags.Object() : null;
        long instance = device is null ? -1 : tags.Unsigned() & 0x3FFFFF, vendor = -1;
        for (int i = 0; i < 3 && tags.MoveNext(); i++)
        {
            if (i == 2) vendor = tags.Unsigned();
        }
        fault = vendor < 0 || instance < 0 ? BacnetFaults.MalformedTag : null;
        return fault is not null ? row : row with { ObjectId = device, DeviceInstance = instance, VendorId = vendor, Vendor = BacnetNames.Vendor(vendor) };
    }

    private static BacnetMessage IHave(BacnetMessage row, ReadOnlySpan<byte> body, out Fault? fault)
    {
        BacnetTags tags = new(body);
        long? device = tags.MoveNext() && tags.Value.Length == 4 ? tags.Unsigned() & 0x3FFFFF : null;
        string? found = tags.MoveNext() ? tags.Object() : null, name = tags.MoveNext() && tags.Number == 7 ? BacnetTags.Characters(tags.Value) : null;
        fault = found is null ? BacnetFaults.MalformedTag : null;
        return row with { DeviceInstance = device, ObjectId = found, ObjectName = name };
    }

    private static BacnetMessage Search(BacnetMessage row, ReadOnlySpan<byte> body, out Fault? fault)
    {
        BacnetTags tags = new(body);
        while (tags.MoveNext())
        {
            row = tags.Number switch
            {
                _ when !tags.IsContext => row,
                0 => row with { RangeLow = tags.Unsigned() },
                1 => row with { RangeHigh = tags.Unsigned() },
                2 => row with { ObjectId = tags.Object() },
                3 => row with { ObjectName = BacnetTags.Characters(tags.Value) },
                _ => row,
            };
        }
        fault = tags.IsWrong ? BacnetFaults.MalformedTag : null;
        return row;
    }

    private static BacnetMessage Clock(BacnetMessage row, ReadOnlySpan<byte> body, out Fault? fault)
    {
        BacnetTags tags = new(body);
        string? date = tags.MoveNext() ? tags.Text() : null, time = tags.MoveNext() ? tags.Text() : null;
        fault = time is null ? BacnetFaults.MalformedTag : null;
        return row with { Argument = time is null ? null : $"{date} {time}" };
    }

    private static BacnetMessage Private(BacnetMessage row, ReadOnlySpan<byte> body, out Fault? fault)
    {
        BacnetTags tags = new(body);
        bool isThere = tags.MoveNext() && tags is { IsContext: true, Number: 0 };
        fault = isThere ? null : BacnetFaults.MalformedTag;
        return isThere ? row with { VendorId = tags.Unsigned(), Vendor = BacnetNames.Vendor(tags.Unsigned()) } : row;
    }

    private static BacnetMessage Commanded(BacnetMessage row, ReadOnlySpan<byte> body, int stateTag, NameTable states, int passwordTag, out Fault? fault)
    {
        BacnetTags tags = new(body);
        while (tags.MoveNext())
        {
            if (tags.Number == stateTag) row = row with { Argument = states.Of(tags.Unsigned()) };
            if (tags.Number == passwordTag) row = row with { HasPassword = true };
        }
        fault = tags.IsWrong ? BacnetFaults.MalformedTag : null;
        return row;
    }

    private static string? ObjectAt(ReadOnlySpan<byte> body, int number, out Fault? fault)
    {
        BacnetTags tags = new(body);
        string? found = null;
        while (found is null && tags.MoveNext())
        {
            if (tags is { IsContext: true, Depth: 0 } && tags.Number == number) found = tags.Object();
        }
        fault = tags.IsWrong ? BacnetFaults.MalformedTag : null;
        return found;
    }

    private static long? InstanceAt(ReadOnlySpan<byte> body, int number)
    {
        BacnetTags tags = new(body);
        while (tags.MoveNext())
        {
            if (tags is { IsContext: true, Depth: 0 } && tags.Number == number && tags.Value.Length == 4) return tags.Unsigned() & 0x3FFFFF;
        }
        return null;
    }

    private static string? FirstObject(ReadOnlySpan<byte> body, out Fault? fault)
    {
        BacnetTags tags = new(body);
        string? found = tags.MoveNext() && tags is { IsContext: false, Number: 12 } ? tags.Object() : null;
        fault = tags.IsWrong ? BacnetFaults.MalformedTag : null;
        return found;
    }

    private static BacnetMessage Properties(BacnetMessage row, ReadOnlySpan<byte> body, in Layout layout, out Fault? fault)
    {
        List<BacnetProperty> found = [];
        string? current = null, first = null;
        bool isIn = false;
        int values = 0;
        BacnetTags tags = new(body);
        while (tags.MoveNext() && found.Count <= MostProperties)
        {
            if (isIn)
            {
                if (tags.IsClosing && tags.Depth == layout.PropertyDepth) isIn = false;
                else if (!tags.IsOpening && !tags.IsClosing)
                {
                    if (++values == 1) found[^1] = found[^1] with { Value = tags.Text() };
                    else found[^1] = found[^1] with { Values = values };
                }
                continue;
            }
            if (!tags.IsContext || tags.IsClosing) continue;
            if (tags.IsOpening)
            {
                isIn = tags.Number == layout.ValueTag && tags.Depth == layout.PropertyDepth && found.Count > 0;
                values = 0;
            }
            else if (tags.Depth == layout.PropertyDepth && tags.Number == layout.PropertyTag && current is not null) found.Add(new BacnetProperty(current, BacnetNames.Property(tags.Unsigned())));
            else if (tags.Depth == layout.PropertyDepth && tags.Number == layout.IndexTag && found.Count > 0) found[^1] = found[^1] with { Index = tags.Unsigned() };
            else if (tags.Depth == 0 && tags.Number == layout.ObjectTag)
            {
                current = tags.Object();
                first ??= current;
            }
        }
        if (found.Count > MostProperties) found.RemoveAt(MostProperties);
        fault = tags.IsWrong ? BacnetFaults.MalformedTag : null;
        return row with { ObjectId = first ?? row.ObjectId, Properties = found.Count > 0 ? found : row.Properties };
    }

    /// <summary>Under which tags a service puts objects, properties, indexes and values, and how deep.</summary>
    private readonly record struct Layout(int ObjectTag, int PropertyDepth, int PropertyTag, int IndexTag, int ValueTag);
}
