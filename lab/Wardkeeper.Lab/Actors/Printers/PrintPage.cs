using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Printers;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Printers;

/// <summary>Prints a page: asks the printer who it is, sends one job of plain text in PCL, and asks whether it is ready again (PJL over TCP 9100).</summary>
internal sealed class PrintPage : IActor<PagePrinted>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task ActAsync(PagePrinted what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace printer = site[what.Printer];
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            await using NetworkStream stream = await site[what.Actor].ConnectAsync(printer.Device.Ip, JetdirectService.Port, limit.Token);
            string id = await AskAsync(stream, JetdirectService.Exit + "@PJL INFO ID\r\n", limit.Token);
            if (!id.Contains(printer.Device.Model, StringComparison.Ordinal)) throw new LabException($"{what.Printer} says that it is {id.Trim()}");
            // Job, language, PCL reset (ESC E) around the text, end of job: as printer drivers do.
            await WriteAsync(stream, $"@PJL JOB NAME=\"{what.Actor}\"\r\n@PJL ENTER LANGUAGE=PCL\r\n\eE{what.Text.ReplaceLineEndings("\r\n")}\f\eE{JetdirectService.Exit}@PJL EOJ NAME=\"{what.Actor}\"\r\n", limit.Token);
            string status = await AskAsync(stream, "@PJL INFO STATUS\r\n", limit.Token);
            if (!status.Contains("CODE=10001", StringComparison.Ordinal)) throw new LabException($"{what.Printer} is not ready after the job: {status.Trim()}");
            await WriteAsync(stream, JetdirectService.Exit, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"the printer {what.Printer} does not answer {what.Actor}");
        }
    }

    private static async Task<string> AskAsync(NetworkStream stream, string question, CancellationToken cancel)
    {
        await WriteAsync(stream, question, cancel);
        StringBuilder answer = new();
        byte[] buffer = new byte[1024];
        while (answer.Length == 0 || answer[^1] != JetdirectService.FormFeed)
        {
            int read = await stream.ReadAsync(buffer, cancel);
            if (read == 0) throw new LabException($"the printer hung up after {question.Trim()}");
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        return answer.ToString();
    }

    // The text of a page may be Chinese; printers of PCL take UTF-8 bytes as they come.
    private static async Task WriteAsync(NetworkStream stream, string text, CancellationToken cancel) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
}
