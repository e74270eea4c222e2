using System.Globalization;

namespace Wardkeeper.DeviceAgent;

/// <summary>Lines for people and the journal, on the error output: time, level, sentence. No secret is ever part of a sentence.</summary>
internal sealed class AgentLog(TextWriter output, TimeProvider clock)
{
    private readonly Lock gate = new();

    public void Info(string sentence) => Write("info", sentence);

    public void Warn(string sentence) => Write("warning", sentence);

    public void Error(string sentence) => Write("error", sentence);

    private void Write(string level, string sentence)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level}: {sentence.ReplaceLineEndings("; ")}");
        lock (gate) output.WriteLine(line);
    }
}
