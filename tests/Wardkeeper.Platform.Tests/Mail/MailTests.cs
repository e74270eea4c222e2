using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Mail;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Duties;

namespace Wardkeeper.Platform.Tests.Mail;

/// <summary>Letters against a real mail server on loopback: what is asked arrives, once, and nothing is lost or told that must not be.</summary>
public sealed class MailTests : IAsyncLifetime
{
    private static readonly Actor Engineer = new("li", new HashSet<Role> { Role.ClinicalEngineer });
    private readonly AppFixture app = new();
    private readonly Notes notes = new();
    private readonly PlatformSettings settings = new();
    private MailQueue queue = null!;
    private MailRound round = null!;

    public async ValueTask InitializeAsync()
    {
        await app.InitializeAsync();
        MailServer.Certify(app.Folder);
        queue = new MailQueue(app.Get<StoreFactory>(), app.Get<HubGate>(), app.Time);
        DutyRound duties = new(app.Get<ITaskQueries>(), app.Get<IFindingQueries>(), app.Get<IDeviceQueries>(), app.Get<IDutyQueries>(), app.Get<IVendorSummaries>(), queue, app.Time);
        round = new MailRound(duties, queue, notes);
        (settings.Hospital.Language, settings.Hospital.Name, settings.Hospital.TimeZone) = ("en", "City Hospital", TimeZoneInfo.Utc);
        (settings.Mail.Host, settings.Mail.Port, settings.Mail.User, settings.Mail.Password) = ("127.0.0.1", 1, MailServer.User, MailServer.Password);
        (settings.Mail.From, settings.Mail.Address, settings.Mail.Authority) = ("Wardkeeper <wardkeeper@hospital.example>", "https://wk.hospital.example:8443", Path.Combine(app.Folder, "mail.pem"));
        Site site = SiteFile.Read("contacts: [{person: zhao, mail: zhao@hospital.example}, {department: ICU, mail: icu@hospital.example}, {duty: information-department, mail: it@hospital.example}, {person: gone, mail: gone@hospital.example}]", "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        settings.Site.Described = site;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_question_a_reminder_and_who_hears_of_it_later_each_arrive_once_over_an_encrypted_way()
    {
        using MailServer server = MailServer.Start(app.Folder);
        settings.Mail.Port = server.Port;
        await AskAsync(new Addressee(Person: "zhao"), dueInDays: 5);
        // The summary of the month before goes to the department; then the question.
        Assert.Equal(2, await round.RunAsync(settings));
        Assert.Contains("Subject: Wardkeeper City Hospital: ICU, 2026-02", Text(server.Next(), "icu@hospital.example"), StringComparison.Ordinal);
        JsonElement question = server.Next();
        string text = Text(question, "zhao@hospital.example");
        Assert.True(question.GetProperty("tls").GetBoolean() && question.GetProperty("user").GetBoolean());
        Assert.All((string[])["[T-1] Is this pump yours?", "yes / no", "https://wk.hospital.example:8443/tasks/1", "2026-03-06 08:00", "Auto-Submitted: auto-generated"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(0, await round.RunAsync(settings));
        foreach ((int days, string to, string subject) in new[] { (4, "zhao@hospital.example", "Reminder"), (2, "zhao@hospital.example", "Overdue"), (3, "icu@hospital.example", "No answer from your department"), (4, "it@hospital.example", "No answer for a week") })
        {
            app.Time.Advance(TimeSpan.FromDays(days) + TimeSpan.FromMinutes(1));
            Assert.Equal(1, await round.RunAsync(settings));
            Assert.Contains(subject, Text(server.Next(), to), StringComparison.Ordinal);
            Assert.Equal(0, await round.RunAsync(settings));
        }
        Assert.True(server.IsQuiet);
        Assert.Equal((0L, 0L, 6L), ((await queue.StateAsync()).Waiting, (await queue.StateAsync()).Refused, (await queue.StateAsync()).Sent));
    }

    [Fact]
    public async Task A_wrong_password_keeps_letters_and_is_told_without_the_password()
    {
        using MailServer server = MailServer.Start(app.Folder);
        (settings.Mail.Port, settings.Mail.Password) = (server.Port, "Wrong-Donkey-77y");
        await AskAsync(new Addressee(Person: "zhao"));
        Assert.Equal(0, await round.RunAsync(settings));
        MailState state = await queue.StateAsync();
        Assert.Equal(("the mail server refused the name or the password", 0L), (state.Trouble, state.Sent));
        Assert.DoesNotContain(notes.All, note => note.Contains("Donkey", StringComparison.Ordinal));
        Assert.NotEmpty(notes.All);
        // It is not tried again at once, which would lock the account; a minute later it is.
        settings.Mail.Password = MailServer.Password;
        app.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, await round.RunAsync(settings));
    }

    [Fact]
    public async Task A_server_that_is_away_loses_nothing_and_is_asked_ever_more_seldom()
    {
        await AskAsync(new Addressee(Person: "zhao"));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0, await round.RunAsync(settings));
            app.Time.Advance(TimeSpan.FromMinutes(2));
        }
        Assert.Equal(2, (await queue.StateAsync()).Waiting);
        using MailServer server = MailServer.Start(app.Folder);
        settings.Mail.Port = server.Port;
        app.Time.Advance(TimeSpan.FromHours(7));
        // Another platform on the same store: what waited is still there.
        Assert.Equal(2, await new MailRound(new DutyRound(app.Get<ITaskQueries>(), app.Get<IFindingQueries>(), app.Get<IDeviceQueries>(), app.Get<IDutyQueries>(), app.Get<IVendorSummaries>(), queue, app.Time), queue, notes).RunAsync(settings));
        Assert.Equal(0, (await queue.StateAsync()).Waiting);
    }

    [Fact]
    public async Task A_person_whom_the_server_does_not_know_holds_nobody_else_up()
    {
        using MailServer server = MailServer.Start(app.Folder);
        settings.Mail.Port = server.Port;
        await AskAsync(new Addressee(Person: "gone"));
        await AskAsync(new Addressee(Person: "zhao"));
        Assert.Equal(2, await round.RunAsync(settings));
        MailState state = await queue.StateAsync();
        Assert.Equal((1L, 0L, "the mail server answered 550"), (state.Refused, state.Waiting, state.Trouble));
        app.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await round.RunAsync(settings));
    }

    [Fact]
    public async Task Neither_a_server_without_encryption_nor_one_that_nobody_vouches_for_gets_a_word()
    {
        await AskAsync(new Addressee(Person: "zhao"));
        using (MailServer bare = MailServer.Start(null))
        {
            settings.Mail.Port = bare.Port;
            Assert.Equal(0, await round.RunAsync(settings));
            Assert.Equal("the mail server offers no encryption, or no way to log in", (await queue.StateAsync()).Trouble);
            Assert.True(bare.IsQuiet);
        }
        using MailServer server = MailServer.Start(app.Folder);
        (settings.Mail.Port, settings.Mail.Authority) = (server.Port, null);
        app.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await round.RunAsync(settings));
        Assert.Equal("the certificate of the mail server is not trusted", (await queue.StateAsync()).Trouble);
    }

    [Fact]
    public async Task Nothing_is_queued_until_mail_is_configured()
    {
        settings.Mail.Host = "";
        await AskAsync(new Addressee(Person: "zhao"));
        Assert.Equal(0, await round.RunAsync(settings));
        Assert.Equal(new MailState(0, 0, 0, null, null), await queue.StateAsync());
    }

    private async Task AskAsync(Addressee to, int? dueInDays = null)
    {
        CaptureTime? due = dueInDays is { } days ? CaptureTime.FromSeconds(app.Time.GetUtcNow().AddDays(days).ToUnixTimeSeconds()) : null;
        Assert.True((await app.Get<ITaskCommands>().AskAsync(Engineer, new TaskDraft("question", "Is this pump yours?", ["yes", "no"], to, due, Device: 1))).Outcome.IsDone);
    }

    private static string Text(JsonElement letter, string to)
    {
        Assert.Equal(to, Assert.Single(letter.GetProperty("to").EnumerateArray()).GetString());
        return letter.GetProperty("text").GetString()!;
    }

    private sealed class Notes : ILogger<MailRound>
    {
        public ConcurrentBag<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception) + exception);
    }
}
