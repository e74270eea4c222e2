using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Files;

/// <summary>Puts a file on a server or takes one from it (curl for FTP, smbclient for SMB). A file that shall be taken is laid there first. Both ends must hold the same afterwards.</summary>
internal sealed class CopyFile : IActor<FileCopied>
{
    private const UnixFileMode Everyone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("curl", "curl"), new("smbclient", "smbclient")];

    /// <inheritdoc/>
    public async Task ActAsync(FileCopied what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace from = site[what.Actor], server = site[what.Server];
        if (what.Name.AsSpan().ContainsAny("/\"; ")) throw new LabException($"the plan copies '{what.Name}'; names of files have no folder, quote, semicolon or blank");
        using ScratchFolder scratch = new(site, from);
        string here = scratch["file"], there = Path.Combine(what.Protocol == "smb" ? SmbService.FolderOf(site, server) : DeviceSystem.HomeOf(site, server), what.Name);
        byte[] content = ContentOf(what.Name, what.Size);
        if (what.Put) await File.WriteAllBytesAsync(here, content, cancel);
        else await LayAsync(there, content, cancel);
        switch (what.Protocol)
        {
            case "ftp":
                await ProgramRun.MustRunAsync(from, site.LogOf(from, "curl"), "curl",
                    ["-sS", "-u", $"{DeviceSystem.User}:{DeviceSystem.Password}", what.Put ? "-T" : "-o", here, $"ftp://{server.Device.Ip}/{what.Name}"], Limit, cancel);
                break;
            case "smb":
                await ProgramRun.MustRunAsync(from, site.LogOf(from, "smbclient"), "smbclient",
                [
                    $"//{server.Device.Ip}/{SmbService.Share}", "-s", "/dev/null", "-U", $"{DeviceSystem.User}%{DeviceSystem.Password}", "--option=client min protocol=NT1",
                    "-c", what.Put ? $"put {here} {what.Name}" : $"get {what.Name} {here}",
                ], Limit, cancel);
                break;
            default:
                throw new LabException($"the plan copies a file over '{what.Protocol}'; known are ftp and smb");
        }
        byte[] arrived = await File.ReadAllBytesAsync(what.Put ? there : here, cancel);
        if (!arrived.AsSpan().SequenceEqual(content)) throw new LabException($"{what.Name} arrived from {what.Actor} on {what.Server} with {arrived.Length} bytes that are not the {content.Length} sent");
    }

    /// <summary>Puts a file where the server has it; one that is there already may be in others' hands and is left alone.</summary>
    private static async Task LayAsync(string path, byte[] content, CancellationToken cancel)
    {
        if (File.Exists(path) && (await File.ReadAllBytesAsync(path, cancel)).AsSpan().SequenceEqual(content)) return;
        await File.WriteAllBytesAsync(path, content, cancel);
        // The server's user may overwrite it later.
        File.SetUnixFileMode(path, Everyone);
    }

    /// <summary>The bytes of a file: a chain of digests, so that name and size alone decide them.</summary>
    private static byte[] ContentOf(string name, int size)
    {
        byte[] content = new byte[size], digest = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        for (int at = 0; at < size; at += digest.Length)
        {
            digest.AsSpan(0, Math.Min(digest.Length, size - at)).CopyTo(content.AsSpan(at));
            digest = SHA256.HashData(digest);
        }
        return content;
    }
}
