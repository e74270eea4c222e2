using System.Net;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>How a server answers who wants an association. PS3.8, 9.3.4.</summary>
internal enum EchoAnswer
{
    /// <summary>Not at all, or as none of the others.</summary>
    None,

    /// <summary>Accepted, and the echo succeeded.</summary>
    Accepted,

    /// <summary>Rejected: called AE title not recognised (reason 7).</summary>
    CalledRefused,

    /// <summary>Rejected: calling AE title not recognised (reason 3).</summary>
    CallingRefused,
}

/// <summary>Asks for an association and for an echo (C-ECHO) with echoscu of dcmtk.</summary>
internal static class Echo
{
    /// <summary>The program.</summary>
    public static Requirement Needs { get; } = new("echoscu", "dcmtk");

    /// <summary>Asks once, as somebody who must be let in.</summary>
    /// <exception cref="LabException">The server refuses.</exception>
    public static async Task MustAskAsync(SceneStage stage, HostNamespace from, HospitalDevice server, string calling, CancellationToken cancel)
    {
        if (await AskAsync(stage, from, server.Ip, calling, server.AeTitle!, cancel) != EchoAnswer.Accepted) throw new LabException($"{server.Key} does not let {calling} in");
    }

    /// <summary>Asks once.</summary>
    public static async Task<EchoAnswer> AskAsync(SceneStage stage, HostNamespace from, IPAddress server, string calling, string called, CancellationToken cancel)
    {
        ProgramResult result = await stage.RunAsync(from, "echoscu", ["-ta", DicomPorts.SilenceSeconds, "-td", DicomPorts.SilenceSeconds, "-aet", calling, "-aec", called, server.ToString(), SceneStage.Text(DicomPorts.Server)], cancel);
        if (result.ExitCode == 0) return EchoAnswer.Accepted;
        return result.Output.Contains("Called AE Title Not Recognized", StringComparison.Ordinal) ? EchoAnswer.CalledRefused
            : result.Output.Contains("Calling AE Title Not Recognized", StringComparison.Ordinal) ? EchoAnswer.CallingRefused : EchoAnswer.None;
    }
}
