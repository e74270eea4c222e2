using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Files;

/// <summary>A laptop goes from share to share, reads every document, leaves random data under another name in its place, and a note. Nothing is encrypted; the documents are the scene's own.</summary>
internal sealed class RansomwareSweep() : Scene("ransomware-sweep",
    "A laptop goes from share to share, reads every document, puts data under another name in its place and leaves a note.",
    "一台笔记本电脑逐个共享文件夹读取文档，以改名的数据替换原文件，并留下勒索信。",
    "T1486", "T1135", "T1083", "T1021.002")
{
    private const string NoteText = "This is a laboratory recording. Nothing was encrypted.\n";
    private static readonly string[] Ends = [".locked", ".enc", ".crypt", ".wkbx"], Notes = ["README_RESTORE.txt", "HOW_TO_DECRYPT.txt", "!!!READ_ME!!!.txt"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [SharedFiles.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        SharedFiles files = SharedFiles.Lay(stage, 15, 40);
        string end = stage.Dice.Of(Ends), note = stage.Dice.Of(Notes), way = stage.Dice.Of(["write-and-delete", "overwrite-and-rename"]);
        TimeSpan pace = stage.Dice.Time(20, 150);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);
        string folder = stage.Folder("ransomware"), noteFile = Path.Combine(folder, "note"), got = Path.Combine(folder, "got");
        await File.WriteAllTextAsync(noteFile, NoteText, cancel);

        stage.Begin();
        foreach (HospitalDevice server in files.Servers)
        {
            // Devices whose dialect has no list of shares are entered all the same.
            await files.ListAsync(rogue, server, cancel);
            await files.DoAsync(rogue, server, ["ls"], cancel);
            List<string> commands = [];
            foreach (string name in files.Names)
            {
                string data = Path.Combine(folder, "data-" + name);
                await File.WriteAllBytesAsync(data, stage.Dice.Bytes(stage.Dice.Between(300, 9000)), cancel);
                commands.AddRange(way == "write-and-delete" ? [$"get {name} {got}", $"put {data} {name}{end}", $"del {name}"] : [$"get {name} {got}", $"put {data} {name}", $"rename {name} {name}{end}"]);
                // smbclient lets a shell wait meanwhile.
                commands.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"!sleep {pace.TotalSeconds:0.000}"));
            }
            await files.DoAsync(rogue, server, [.. commands, $"put {noteFile} {note}"], cancel);
            string[] left = [.. Directory.EnumerateFiles(files.PathOn(server)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
            if (!left.SequenceEqual(files.Names.Select(name => name + end).Append(note).Order(StringComparer.Ordinal))) throw new LabException($"the share of {server.Key} holds {string.Join(' ', left)} after the sweep");
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("servers", string.Join(' ', files.Servers.Select(server => server.Key))), ("folder", files.Folder), ("files", SceneStage.Text(files.Names.Count * files.Servers.Count)), ("way", way), ("end", end), ("note", note)]);
    }
}
