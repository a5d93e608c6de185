from toeleiding.cli import main

main()
