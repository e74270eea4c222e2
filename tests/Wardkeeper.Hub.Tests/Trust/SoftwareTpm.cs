using System.Diagnostics;
using System.Net.Sockets;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>A software TPM (swtpm) with an endorsement certificate of a made-up maker, and tpm2-tools to speak with it. Started once for all tests that use it.</summary>
public sealed class SoftwareTpm : IDisposable
{
    private Process process;
    private int port;

    public SoftwareTpm()
    {
        Folder = Directory.CreateTempSubdirectory("wardkeeper-tpm-").FullName;
        string state = Directory.CreateDirectory(Path.Combine(Folder, "state")).FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "ca"));
        File.WriteAllText(Inside("localca.conf"), $"statedir = {Inside("ca")}\nsigningkey = {Inside("ca/signkey.pem")}\nissuercert = {Inside("ca/issuercert.pem")}\ncertserial = {Inside("ca/certserial")}\n");
        File.WriteAllText(Inside("localca.options"), "--platform-manufacturer Ward\n--platform-version 1\n--platform-model Keeper\n");
        File.WriteAllText(Inside("setup.conf"), $"create_certs_tool = /usr/bin/swtpm_localca\ncreate_certs_tool_config = {Inside("localca.conf")}\ncreate_certs_tool_options = {Inside("localca.options")}\nactive_pcr_banks = sha256\n");
        Tool("swtpm_setup", "--tpm2", "--tpmstate", state, "--config", Inside("setup.conf"), "--create-ek-cert", "--ecc", "--overwrite");
        // Another program may take the port before the TPM does; then another port is tried.
        for (int tries = 0; !Start(state); tries++)
        {
            if (tries == 5) throw new InvalidOperationException("swtpm does not start");
        }
    }

    public string Folder { get; }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(process))]
    private bool Start(string state)
    {
        // The control port is the one after it; the kernel gives one that is free now.
        using (Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            probe.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
            port = ((System.Net.IPEndPoint)probe.LocalEndPoint!).Port & ~1;
        }
        process = Process.Start(new ProcessStartInfo("swtpm", ["socket", "--tpm2", "--tpmstate", $"dir={state}", "--ctrl", $"type=tcp,port={port + 1}", "--server", $"type=tcp,port={port}", "--flags", "not-need-init,startup-clear"]) { RedirectStandardError = true })!;
        for (int tries = 0; tries < 100; tries++)
        {
            try
            {
                Tool("tpm2_getrandom", "--hex", "4");
                return true;
            }
            catch (InvalidOperationException)
            {
                if (process.WaitForExit(50)) break;
            }
        }
        if (!process.HasExited) process.Kill();
        process.Dispose();
        return false;
    }

    public string Inside(string name) => Path.Combine(Folder, name);

    public byte[] Read(string name) => File.ReadAllBytes(Inside(name));

    /// <summary>Runs a tool in the folder, and clears what it left in the TPM, which holds three objects only.</summary>
    public void Tpm(string tool, params string[] arguments)
    {
        Tool(tool, arguments);
        Tool("tpm2_flushcontext", "-t");
    }

    public void Tool(string tool, params string[] arguments)
    {
        ProcessStartInfo start = new(tool, arguments) { WorkingDirectory = Folder, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["TPM2TOOLS_TCTI"] = $"swtpm:host=127.0.0.1,port={port}";
        using Process one = Process.Start(start)!;
        string said = one.StandardError.ReadToEnd() + one.StandardOutput.ReadToEnd();
        one.WaitForExit();
        if (one.ExitCode != 0) throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)}: {said}");
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
