using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Printers;

/// <summary>
/// A printer that takes raw jobs on TCP 9100. No packaged program plays one, so this is an emitter: it prints nothing but counts, and
/// answers INFO ID, INFO STATUS and ECHO as the Printer Job Language Technical Reference says (HP 5021-0380, chapters 2, 5 and 7).
/// Its log has a line for each job.
/// </summary>
internal sealed class JetdirectService : IService
{
    /// <summary>Port of raw printing.</summary>
    public const int Port = 9100;

    /// <summary>Universal Exit Language: enters PJL, and ends a job.</summary>
    public const string Exit = "\e%-12345X";

    /// <summary>Ends each answer.</summary>
    public const char FormFeed = '\f';

    /// <inheritdoc/>
    public string Word => "jetdirect";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string log = site.LogOf(host, "jetdirect"), model = $"{host.Device.Vendor} {host.Device.Model}";
        return Task.FromResult<IAsyncDisposable>(Emitter.OfConnections(host.Listen(Port), async (stream, stop) =>
        {
            using StreamReader reader = new(stream, Encoding.Latin1);
            Printing printing = new(model);
            char[] buffer = new char[8192];
            for (int read = await reader.ReadAsync(buffer, stop); read > 0; read = await reader.ReadAsync(buffer, stop))
            {
                string answer = printing.Take(buffer.AsSpan(0, read));
                if (answer.Length > 0) await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
            }
            foreach (int size in printing.End()) await File.AppendAllTextAsync(log, string.Create(CultureInfo.InvariantCulture, $"job of {size} bytes\n"), stop);
        }));
    }

    /// <summary>What one connection sends: PJL lines between the exit sequence and ENTER LANGUAGE, all else is the job.</summary>
    private sealed class Printing(string model)
    {
        private readonly StringBuilder pending = new();
        private readonly List<int> jobs = [];
        private bool isPjl;
        private int size;

        public string Take(ReadOnlySpan<char> text)
        {
            pending.Append(text);
            StringBuilder answer = new();
            while (Step(answer))
            {
                // One line or one piece of the job.
            }
            return answer.ToString();
        }

        public List<int> End()
        {
            size += pending.Length;
            CloseJob();
            return jobs;
        }

        private bool Step(StringBuilder answer)
        {
            string all = pending.ToString();
            if (all.StartsWith(Exit, StringComparison.Ordinal))
            {
                CloseJob();
                (isPjl, _) = (true, pending.Remove(0, Exit.Length));
                return true;
            }
            if (!isPjl)
            {
                int exit = all.IndexOf(Exit, StringComparison.Ordinal);
                // The exit sequence may be cut in two: its first part is left for the next time.
                int job = exit >= 0 ? exit : Math.Max(0, all.Length - Exit.Length + 1);
                (size, _) = (size + job, pending.Remove(0, job));
                return exit >= 0;
            }
            int end = all.IndexOf('\n');
            if (end < 0) return false;
            string line = all[..end].TrimEnd('\r');
            if (line.StartsWith("@PJL", StringComparison.OrdinalIgnoreCase))
            {
                pending.Remove(0, end + 1);
                Answer(line[4..].Trim(), answer);
            }
            else
            {
                isPjl = false;
            }
            return true;
        }

        private void Answer(string command, StringBuilder answer)
        {
            if (command.StartsWith("ENTER LANGUAGE", StringComparison.OrdinalIgnoreCase)) isPjl = false;
            else if (command.Equals("INFO ID", StringComparison.OrdinalIgnoreCase)) answer.Append(CultureInfo.InvariantCulture, $"@PJL INFO ID\r\n\"{model}\"\r\n{FormFeed}");
            else if (command.Equals("INFO STATUS", StringComparison.OrdinalIgnoreCase)) answer.Append(CultureInfo.InvariantCulture, $"@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n{FormFeed}");
            else if (command.StartsWith("ECHO", StringComparison.OrdinalIgnoreCase)) answer.Append(CultureInfo.InvariantCulture, $"@PJL {command}\r\n{FormFeed}");
        }

        private void CloseJob()
        {
            if (size > 0) jobs.Add(size);
            size = 0;
        }
    }
}
