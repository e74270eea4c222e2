using System.CommandLine;
using Wardkeeper.Platform.Access;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Trust;

/// <summary>The command lines of <c>wardkeeper trust</c>. Passphrases are never arguments: others could read them in the list of processes.</summary>
internal static class TrustCommandLine
{
    private const long LargestFile = 32 << 10;

    /// <summary>Makes <c>trust</c>.</summary>
    public static Command Create()
    {
        Given algorithm = Text("--algorithm", "algorithm", "Kind of the issuing authority's key: p256 (default), p384, or rsa for old devices", "KIND"), token = Text("--token", "token", "Make the issuing authority's key on this token (PKCS #11) instead of in a sealed file", "LABEL");
        Given rootKey = PathOf("--root-key", "rootKey", "File of the root's key, encrypted by a passphrase; carried away afterwards"), rootToken = Text("--root-token", "rootToken", "The root's key is on this token (PKCS #11)", "LABEL");
        Given reason = Text("--reason", "reason", "Why; stands in the audit log", "TEXT"), device = Text("--device", "device", "Device of the ledger", "D-NUMBER");
        Command command = new("trust", PlatformCommands.Describe("trust"));
        foreach (Command one in (Command[])[
            Make("init", "Makes the root and the first issuing authority. Reads the root key's passphrase from the terminal or standard input.", "trust-init", Text("--name", "name", "Name of the hospital in the authorities' names", "TEXT"), rootKey, rootToken, algorithm, token, Passphrase()),
            Make("rollover", "Makes a new issuing authority beside the old one, which stays trusted until it is over. Reads the root key's passphrase.", "trust-rollover", rootKey, rootToken, algorithm, token, Switch("--revoke-old", "revokeOld", "The old key fell into other hands: revoke it and everything that it issued"), reason, Passphrase()),
            Make("request", "Makes an issuing authority for an outside one to sign; prints the request.", "trust-request", Text("--name", "name", "Name of the hospital in the authority's name", "TEXT"), algorithm, token),
            Make("accept", "Takes the certificate that the outside authority signed, with the chain above it.", "trust-accept", FileOf("FILE", "certificate", "Certificates in PEM", false)),
            Make("issue", "Issues a certificate for a request; prints it with its issuer's.", "trust-issue", FileOf("FILE", "csr", "Request for a certificate (PKCS #10), PEM", false), Text("--profile", "profile", "Profile: device, device-short, server, radius, person, app", "NAME"), Text("--name", "name", "Whose certificate it is", "TEXT"), Text("--hosts", "hosts", "DNS names and addresses of a server, separated by commas", "NAMES"), device, reason),
            Make("revoke", "Revokes a certificate at once.", "trust-revoke", Named("CERTIFICATE", "certificate", "Its number (C-12) or its serial number"), Text("--revocation", "revocation", "RFC 5280's reason: keyCompromise, superseded, cessationOfOperation …", "WORD"), reason),
            Make("list", "Lists authorities, makers' roots and certificates.", "trust-list", Text("--text", "text", "Only certificates that hold this text", "TEXT"), device),
            Make("crl", "Prints the lists of revoked certificates, PEM.", "trust-crl", Switch("--with-authorities", "withAuthorities", "Print the authorities' certificates before them")),
            Make("import-root", "Trusts a maker's root, by which its devices' own certificates are judged.", "trust-import-root", FileOf("FILE", "certificate", "Certificate, PEM or DER", true), Text("--name", "name", "Whose it is", "TEXT")),
            Make("import-crl", "Takes a maker's list of revoked certificates, by which devices are refused when they enrol by one of them.", "trust-import-crl", PlaceOf("FILE", "list", "The list, DER or PEM; with PEM, the certificate of the authority that signed may stand beside it")),
            Make("voucher", "Makes a one-time token by which a device enrols; prints it, once.", "trust-voucher", device, Text("--profile", "profile", "Profile: device (default) or device-short", "NAME"), Text("--hours", "hours", "Hours that it is good for (72)", "HOURS"), Text("--note", "note", "What it is for", "TEXT")),
            Make("expect", "Announces the devices of a purchase order: serial number, maker, model on each line.", "trust-expect", FileOf("FILE", "list", "The list, tabs or commas between", false), Text("--order", "order", "Number of the purchase order", "TEXT")),
            Make("queue", "Lists requests that wait for approval.", "trust-queue", Switch("--all", "all", "Also those that are decided")),
            Make("approve", "Approves a request.", "trust-approve", Named("REQUEST", "enrolment", "Its number (E-12)"), device, reason),
            Make("refuse", "Refuses a request.", "trust-refuse", Named("REQUEST", "enrolment", "Its number (E-12)"), reason),
            Gateway.GatewayCommand.Create(),
        ]) command.Add(one);
        return command;
    }

    private static Command Make(string name, string description, string request, params IReadOnlyList<Given> given)
    {
        Command command = new(name, description);
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        List<Func<ParseResult, string?>> reads = [.. given.Select(one => one.AddTo(command))];
        command.Add(json);
        command.SetAction((parsed, cancel) =>
        {
            Dictionary<string, string> arguments = new(StringComparer.Ordinal);
            for (int i = 0; i < given.Count; i++)
            {
                // The passphrase belongs to the file named before it.
                if (given[i].Argument == "passphrase" && !arguments.ContainsKey("rootKey")) continue;
                if (reads[i](parsed) is { } value) arguments[given[i].Argument] = value;
            }
            return ControlCall.RunAsync(flags.Loader(parsed), new ControlRequest { Command = request, Arguments = arguments }, parsed.GetValue(json), cancel);
        });
        return command;
    }

    private static Given Text(string flag, string argument, string meaning, string shown) => new(argument, command =>
    {
        Option<string?> option = new(flag) { Description = meaning, HelpName = shown };
        command.Add(option);
        return parsed => parsed.GetValue(option);
    });

    private static Given PathOf(string flag, string argument, string meaning) => new(argument, command =>
    {
        Option<string?> option = new(flag) { Description = meaning, HelpName = "FILE" };
        command.Add(option);
        return parsed => parsed.GetValue(option) is { } path ? Path.GetFullPath(path) : null;
    });

    private static Given Switch(string flag, string argument, string meaning) => new(argument, command =>
    {
        Option<bool> option = new(flag) { Description = meaning };
        command.Add(option);
        return parsed => parsed.GetValue(option) ? "yes" : null;
    });

    private static Given Named(string shown, string argument, string meaning) => new(argument, command =>
    {
        Argument<string> one = new(shown) { Description = meaning };
        command.Add(one);
        return parsed => parsed.GetValue(one);
    });

    private static Given FileOf(string shown, string argument, string meaning, bool isBinary) => new(argument, command =>
    {
        Argument<string> one = new(shown) { Description = meaning };
        command.Add(one);
        return parsed => Content(parsed.GetValue(one)!, isBinary);
    });

    /// <summary>A file that the hub reads itself: it may be larger than a request.</summary>
    private static Given PlaceOf(string shown, string argument, string meaning) => new(argument, command =>
    {
        Argument<string> one = new(shown) { Description = meaning };
        command.Add(one);
        return parsed => Path.GetFullPath(parsed.GetValue(one)!);
    });

    private static Given Passphrase() => new("passphrase", _ => _ => PasswordPrompt.Read());

    private static string Content(string path, bool isBinary)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile) throw new UserError($"{path} has more than {LargestFile >> 10} KB; such files are smaller.");
            return isBinary ? Convert.ToBase64String(File.ReadAllBytes(path)) : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Something on the command line that becomes an argument of the request; adding it gives the way to read it.</summary>
    private sealed record Given(string Argument, Func<Command, Func<ParseResult, string?>> AddTo);
}
