return Wardkeeper.Lab.Commands.LabCommand.Run(args);
