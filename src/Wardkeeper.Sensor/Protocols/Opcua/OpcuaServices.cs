using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>Reads what services say, behind the number of their type. OPC 10000-4, clause 5 and 7.</summary>
internal static class OpcuaServices
{
    private const int MostNodes = 16, MostEndpoints = 16, ServerStatus = 2256, BuildInfo = 2260, ProductName = 2261, ProductUri = 2262, Manufacturer = 2263, SoftwareVersion = 2264, BuildNumber = 2265;
    private const int UserNameToken = 324, CertificateToken = 327, IssuedToken = 940, StatusEncoding = 864, BuildEncoding = 340;

    /// <summary>Adds to a row what a request says.</summary>
    public static OpcuaExchange Request(OpcuaExchange row, int service, ReadOnlySpan<byte> body, out bool isWhole)
    {
        UaReader reader = new(body);
        reader.Node();
        reader.Skip(16);
        reader.Bytes();
        reader.Skip(4);
        reader.Extension(out _);
        switch (service)
        {
            case OpcuaNames.GetEndpoints or OpcuaNames.FindServers:
                row = row with { EndpointUrl = reader.Text() };
                break;
            case OpcuaNames.OpenChannel:
                reader.Skip(8);
                row = row with { SecurityMode = OpcuaNames.Mode(reader.U32()) };
                break;
            case OpcuaNames.CreateSession:
                (string? uri, string? product, string? name) = Application(ref reader);
                reader.Bytes();
                row = row with { ApplicationUri = uri, ProductUri = product, ApplicationName = name, EndpointUrl = reader.Text() };
                break;
            case OpcuaNames.ActivateSession:
                row = Activate(row, ref reader);
                break;
            case OpcuaNames.Read:
                reader.Skip(12);
                row = row with { Nodes = Nodes(ref reader, PassRead) };
                break;
            case OpcuaNames.WriteService:
                row = row with { Nodes = Nodes(ref reader, PassWritten) };
                break;
            case OpcuaNames.Call:
                row = row with { Nodes = Nodes(ref reader, PassCalled) };
                break;
        }
        isWhole = !reader.Failed;
        return row;
    }

    /// <summary>Adds to a row what a response says.</summary>
    public static OpcuaExchange Response(OpcuaExchange row, int service, ReadOnlySpan<byte> body, out bool isWhole)
    {
        UaReader reader = new(body);
        reader.Skip(12);
        row = row with { Status = OpcuaNames.Status(reader.U32()) };
        reader.SkipDiagnostics();
        reader.SkipTexts();
        reader.Extension(out _);
        switch (service)
        {
            case OpcuaNames.GetEndpoints:
                row = Endpoints(row, ref reader);
                break;
            case OpcuaNames.FindServers when reader.Count() > 0:
                (string? uri, string? product, string? name) = Application(ref reader);
                row = row with { ServerUri = uri, ServerProductUri = product, ServerName = name };
                break;
            case OpcuaNames.CreateSession:
                reader.Node();
                reader.Node();
                reader.Skip(8);
                reader.Bytes();
                reader.Bytes();
                row = Endpoints(row, ref reader);
                break;
            case OpcuaNames.Read when row.Nodes is not null:
                row = Build(row, ref reader);
                break;
        }
        isWhole = !reader.Failed;
        return row;
    }

    /// <summary>An application: its URI, its product's, its name. OPC 10000-4, 7.2.</summary>
    private static (string? Uri, string? Product, string? Name) Application(ref UaReader reader)
    {
        string? uri = reader.Text(), product = reader.Text(), name = reader.Localized();
        reader.Skip(4);
        reader.Bytes();
        reader.Bytes();
        reader.SkipTexts();
        return (uri, product, name);
    }

    /// <summary>Endpoints: who the server is, and what each lets in. 7.14.</summary>
    private static OpcuaExchange Endpoints(OpcuaExchange row, ref UaReader reader)
    {
        int count = Math.Min(reader.Count(), MostEndpoints);
        List<string> found = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            reader.Bytes();
            (string? uri, string? product, string? name) = Application(ref reader);
            reader.Bytes();
            string? mode = OpcuaNames.Mode(reader.U32()), policy = OpcuaNames.Policy(reader.Text());
            List<string> tokens = [];
            int kinds = reader.Count();
            for (int j = 0; j < kinds && !reader.Failed; j++)
            {
                reader.Bytes();
                string? token = OpcuaNames.Token(reader.U32());
                reader.Bytes();
                reader.Bytes();
                reader.Bytes();
                if (token is not null && !tokens.Contains(token)) tokens.Add(token);
            }
            reader.Bytes();
            reader.Skip(1);
            if (reader.Failed) break;
            found.Add($"{policy} {mode} {string.Join(',', tokens)}".TrimEnd());
            row = row with { ServerUri = uri ?? row.ServerUri, ServerProductUri = product ?? row.ServerProductUri, ServerName = name ?? row.ServerName };
        }
        return row with { Endpoints = found };
    }

    /// <summary>Behind the signature, the client's certificates and locales: who the user is. Of a password nothing is kept.</summary>
    private static OpcuaExchange Activate(OpcuaExchange row, ref UaReader reader)
    {
        reader.Bytes();
        reader.Bytes();
        int certificates = reader.Count();
        for (int i = 0; i < certificates && !reader.Failed; i++)
        {
            reader.Bytes();
            reader.Bytes();
        }
        reader.SkipTexts();
        UaNode type = reader.Extension(out ReadOnlySpan<byte> token);
        if (reader.Failed) return row;
        UaReader user = new(token);
        user.Bytes();
        return row with
        {
            UserToken = type.Number switch { UserNameToken => "username", CertificateToken => "certificate", IssuedToken => "issued", _ => "anonymous" },
            User = type.Number == UserNameToken ? user.Text() : null,
        };
    }

    /// <summary>Behind a node that is read: attribute, range and encoding. OPC 10000-4, 5.11.2.</summary>
    private static void PassRead(ref UaReader reader)
    {
        reader.Skip(4);
        reader.Bytes();
        reader.Skip(2);
        reader.Bytes();
    }

    /// <summary>Behind a node that is written: attribute, range and value. 5.11.4.</summary>
    private static void PassWritten(ref UaReader reader)
    {
        reader.Skip(4);
        reader.Bytes();
        Value(ref reader, out _, out _);
    }

    /// <summary>Behind an object that is called: the method and its arguments. 5.12.2.</summary>
    private static void PassCalled(ref UaReader reader)
    {
        reader.Node();
        int arguments = reader.Count();
        for (int i = 0; i < arguments && !reader.Failed; i++) reader.Variant(out _, out _);
    }

    private static List<string> Nodes(ref UaReader reader, Pass pass)
    {
        int count = Math.Min(reader.Count(), MostNodes);
        List<string> nodes = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            UaNode node = reader.Node();
            pass(ref reader);
            if (!reader.Failed) nodes.Add(node.ToString());
        }
        return nodes;
    }

    /// <summary>Build information among the values that were read, in the order in which they were asked for.</summary>
    private static OpcuaExchange Build(OpcuaExchange row, ref UaReader reader)
    {
        IReadOnlyList<string> nodes = row.Nodes ?? [];
        int count = Math.Min(reader.Count(), nodes.Count);
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            string? text = Value(ref reader, out UaNode type, out ReadOnlySpan<byte> body);
            if (nodes[i][0] != 'i' || !int.TryParse(nodes[i].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int node)) continue;
            row = node switch
            {
                ProductName => row with { ProductName = text },
                ProductUri => row with { ServerProductUri = text },
                Manufacturer => row with { Manufacturer = text },
                SoftwareVersion => row with { SoftwareVersion = text },
                BuildNumber => row with { BuildNumber = text },
                ServerStatus when type.Number == StatusEncoding && body.Length > 20 => Build(row, body[20..]),
                BuildInfo when type.Number == BuildEncoding => Build(row, body),
                _ => row,
            };
        }
        return row;
    }

    /// <summary>OPC 10000-5, 12.4.</summary>
    private static OpcuaExchange Build(OpcuaExchange row, ReadOnlySpan<byte> body)
    {
        UaReader reader = new(body);
        string? uri = reader.Text(), maker = reader.Text(), product = reader.Text(), version = reader.Text(), build = reader.Text();
        return reader.Failed ? row : row with { ServerProductUri = uri, Manufacturer = maker, ProductName = product, SoftwareVersion = version, BuildNumber = build };
    }

    /// <summary>A value with its status and times. OPC 10000-6, 5.2.2.17.</summary>
    private static string? Value(ref UaReader reader, out UaNode type, out ReadOnlySpan<byte> body)
    {
        type = default;
        body = default;
        byte mask = reader.U8();
        string? text = (mask & 1) != 0 ? reader.Variant(out type, out body) : null;
        if ((mask & 2) != 0) reader.Skip(4);
        if ((mask & 4) != 0) reader.Skip(8);
        if ((mask & 0x10) != 0) reader.Skip(2);
        if ((mask & 8) != 0) reader.Skip(8);
        if ((mask & 0x20) != 0) reader.Skip(2);
        return text;
    }

    private delegate void Pass(ref UaReader reader);
}
