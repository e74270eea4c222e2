using System.Text;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Files;

/// <summary>
/// DICOM files with two personalities travel by one of the ways that keep their preamble. The attack's are programs as well and come
/// from a laptop; the twin's are TIFF images as well and come from the hospital's own machines. Over HTTP a workstation fetches them.
/// </summary>
internal sealed class Polyglot(string way, bool isAttack) : Scene($"polyglot-{way}{(isAttack ? "" : "-twin")}",
    isAttack ? $"DICOM files whose preamble makes them a Windows program as well travel over {NameOf(way)}." : $"DICOM files whose preamble makes them a TIFF image as well, as the standard allows, travel over {NameOf(way)}.",
    isAttack ? $"前导区被改成 Windows 程序头的 DICOM 文件经 {NameOf(way)} 传输。" : $"前导区兼作 TIFF 图像头（标准允许）的 DICOM 文件经 {NameOf(way)} 传输。",
    isAttack ? ["T1036.008", "T1027.009"] : [])
{
    private const string Boundary = "lab-dual-boundary";

    /// <summary>The ways.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["stow", "smb", "ftp", "http"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => way == "smb" ? [new("smbclient", "smbclient")] : [new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice server = way switch
        {
            "stow" => stage.Dice.Of(Cast.Archives(stage.Site)),
            "http" => stage.Dice.Of(Cast.DesksOf(stage.Site)),
            _ => stage.Dice.Of(Cast.Offering(stage.Site, way)),
        };
        DualFile[] files = [.. Enumerable.Range(0, stage.Dice.Between(1, 4)).Select(_ => DualFile.Make(stage.Dice, isAttack))];
        string[] names = [.. files.Select(_ => "IM" + stage.Dice.Letters(6, "0123456789") + ".dcm")];
        HostNamespace sender = isAttack
            ? await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel)
            : stage.Site[stage.Dice.Of(way == "http" ? Cast.Some(Cast.Inside(stage.Site).Where(device => device.Key != server.Key), "nobody is there to fetch files from") : Cast.DesksOf(stage.Site, device => device.Key != server.Key)).Key];
        int webPort = stage.Dice.Of([8000, 8088, 9080]);
        string folder = stage.Folder($"polyglot-{way}");

        stage.Begin();
        await using WebAnswers? web = way == "http" ? WebAnswers.Start(sender, webPort, line => Serve(line, files, names)) : null;
        for (int i = 0; i < files.Length; i++)
        {
            string path = Path.Combine(folder, names[i]);
            if (way != "http") await File.WriteAllBytesAsync(path, files[i].Bytes, cancel);
            switch (way)
            {
                case "stow":
                    await PostAsync(stage, sender, server, files[i], folder, cancel);
                    break;
                case "smb":
                    await stage.MustRunAsync(sender, "smbclient", [$"//{server.Ip}/{SmbService.Share}", "-s", "/dev/null", "-U", $"{DeviceSystem.User}%{DeviceSystem.Password}", "--option=client min protocol=NT1", "-c", $"put {path} {names[i]}"], cancel);
                    break;
                case "ftp":
                    await stage.MustRunAsync(sender, "curl", ["-sS", "-u", $"{DeviceSystem.User}:{DeviceSystem.Password}", "-T", path, $"ftp://{server.Ip}/{names[i]}"], cancel);
                    break;
                default:
                    await stage.MustRunAsync(stage.Site[server.Key], "curl", ["-sS", "-f", "-o", path, $"http://{sender.Device.Ip}:{webPort}/images/{names[i]}"], cancel);
                    if (!(await File.ReadAllBytesAsync(path, cancel)).AsSpan().SequenceEqual(files[i].Bytes)) throw new LabException($"{names[i]} arrived at {server.Key} as another file");
                    break;
            }
            await Task.Delay(stage.Dice.Time(400, 1500), cancel);
        }
        // FTP copies over a second connection, whose port is any.
        int? port = way switch { "stow" => DicomPorts.Web, "smb" => SmbService.Port, "http" => webPort, _ => null };
        return new SceneReport([isAttack ? AllOf(sender) : new SceneTraffic(sender.Device.Ip, null, server.Ip, port)],
            [("sender", isAttack ? sender.Device.Ip.ToString() : sender.Device.Key), ("receiver", server.Key), ("files", SceneStage.Text(files.Length)), ("bytes", SceneStage.Text(files.Sum(file => file.Bytes.Length))),
                ("patients", string.Join(' ', files.Select(file => file.PatientId))), ("port", port is null ? "" : SceneStage.Text(port.Value))]);
    }

    private static string NameOf(string way) => way switch { "stow" => "STOW-RS", _ => way.ToUpperInvariant() };

    /// <summary>One STOW-RS request (PS3.18, 10.5).</summary>
    private static async Task PostAsync(SceneStage stage, HostNamespace sender, HospitalDevice archive, DualFile file, string folder, CancellationToken cancel)
    {
        string body = Path.Combine(folder, "body");
        await File.WriteAllBytesAsync(body, [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Type: application/dicom\r\n\r\n"), .. file.Bytes, .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n")], cancel);
        ProgramResult result = await stage.MustRunAsync(sender, "curl",
            ["-sS", "-f", "-H", $"Content-Type: multipart/related; type=\"application/dicom\"; boundary={Boundary}", "-H", "Expect:", "-H", "Accept: application/dicom+json", "--data-binary", "@" + body, $"http://{archive.Ip}:{DicomPorts.Web}/dicom-web/studies"], cancel);
        // (0008,1199) Referenced SOP Sequence: what was stored.
        if (!result.Output.Contains("00081199", StringComparison.Ordinal) || !result.Output.Contains(file.Instance, StringComparison.Ordinal)) throw new LabException($"{archive.Key} did not store {file.Instance} (STOW-RS): {result.Output}");
    }

    private static (string Status, string Type, byte[] Body) Serve(string line, DualFile[] files, string[] names)
    {
        int which = Array.FindIndex(names, name => line.StartsWith($"GET /images/{name} ", StringComparison.Ordinal));
        return which < 0 ? ("404 Not Found", "text/plain", []) : ("200 OK", "application/dicom", files[which].Bytes);
    }
}
